namespace ScottPlot;

public interface IXAxis : IAxis;
