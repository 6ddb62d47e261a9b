namespace ScottPlot;

public interface IYAxis : IAxis;
