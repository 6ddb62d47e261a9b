using Reproduction;
using Reproduction.Tests;

return ReproductionHost.Run(args, new FakeExperiment());
