using System.Globalization;
using System.Xml.Linq;
using Reproduction.Figures;

namespace SpectralExperiments.Tests;

public sealed class MethodFigureTests
{
    private const string Trained = "#D55E00";

    [Fact]
    public void It_needs_no_result()
    {
        Assert.Null(new MethodFigure("method", "The method", "Section 2").Missing(Samples.Set([])));
    }

    [Fact]
    public void The_trained_parts_and_no_others_are_in_the_strong_colour()
    {
        var boxes = Draw().Filled(Trained).Where(element => element.Name.LocalName == "rect")
            .Select(element => (Width: Number(element, "width"), Height: Number(element, "height"))).ToList();

        // W; B, A; A_U, A_V; R_U, R_V; and the symbol in the legend.
        Assert.Equal(8, boxes.Count);
        Assert.Equal(1, boxes.Count(box => box is (100, 100)));
        Assert.Equal(2, boxes.Count(box => box is (28, 100)));
        Assert.Equal(2, boxes.Count(box => box is (100, 28)));
        Assert.Equal(2, boxes.Count(box => box is (28, 28)));
    }

    [Fact]
    public void Subscripts_and_superscripts_are_smaller_and_keep_no_markup()
    {
        var picture = Draw();
        Assert.DoesNotContain(picture.Texts, text => text.Text.Contains('_') || text.Text.Contains('^'));

        // R_V^T in the small box furthest to the right.
        var box = picture.Filled(Trained).Where(box => box.Attribute("width")?.Value == "28" && box.Attribute("height")?.Value == "28")
            .MaxBy(box => Number(box, "x"))!;
        var letters = picture.Texts.Where(text => IsInside(text.X, "x") && IsInside(text.Baseline, "y")).ToDictionary(text => text.Text);
        Assert.Equal(["R", "T", "V"], letters.Keys.Order());
        Assert.True(letters["V"].Baseline > letters["R"].Baseline && letters["T"].Baseline < letters["R"].Baseline);
        Assert.Equal(letters["V"].X, letters["T"].X);
        Assert.All((string[])["T", "V"], small => Assert.True(letters[small].FontSize < letters["R"].FontSize));

        bool IsInside(double position, string axis) => position > Number(box, axis) && position < Number(box, axis) + 28;
    }

    [Fact]
    public void Everything_lies_inside_the_picture()
    {
        var recipe = new MethodFigure("method", "The method", "Section 2");
        var picture = Draw();

        Assert.All(picture.Texts, text =>
        {
            Assert.InRange(text.X, 0, recipe.Size.Width - 10);
            Assert.InRange(text.Baseline, 10, recipe.Size.Height - 4);
        });
        Assert.All(picture.Elements("rect").Where(rect => rect.Attribute("x") is not null), rect =>
            Assert.InRange(Number(rect, "x") + Number(rect, "width"), 0, recipe.Size.Width));
    }

    private static SvgPicture Draw()
    {
        using var folder = new FigureFolder();
        return new SvgPicture(folder.Draw(new MethodFigure("method", "The method", "Section 2"), Samples.Set([])).Svg);
    }

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
