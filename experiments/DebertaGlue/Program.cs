using DebertaGlue;
using Reproduction;

return ReproductionHost.Run(args, new DebertaGlueExperiment());
