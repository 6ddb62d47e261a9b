using Reproduction.Claims;
using Reproduction.Published;

namespace Reproduction.Tests.Published;

/// <summary>Published values and claims that cannot be are refused with file, line and column.</summary>
public sealed class PublishedRangeTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("fake,lora,0,rte,,accuracy,50,,,%,a,V", "found rank \"0\", expected a whole number from 1 on")]
    [InlineData("fake,lora,-0,rte,,accuracy,50,,,%,a,V", "found rank \"-0\", expected a whole number")]
    [InlineData("fake,lora,8,rte,-1,accuracy,50,,,%,a,V", "found step \"-1\", expected a whole number from 0 on")]
    [InlineData("fake,lora,8,rte,,accuracy,NaN,,,%,a,V", "found value \"NaN\", expected a finite number")]
    [InlineData("fake,lora,8,rte,,accuracy,1e999,,,%,a,V", "found value \"1e999\", expected a number")]
    [InlineData("fake,lora,8,rte,,accuracy,50,-1,,%,a,V", "found stderr \"-1\", expected a finite number from 0 on")]
    [InlineData("fake,lora,8,rte,,accuracy,50,,NaN,%,a,V", "found reading_error \"NaN\", expected a finite number from 0 on")]
    public void A_value_out_of_range_is_refused(string line, string expected)
    {
        File.WriteAllText(_path, PublishedFiles.Header + line + "\n");

        Assert.Equal($"{_path}, line 2: {expected}.", Assert.Throws<UserErrorException>(() => PublishedTable.Read(_path)).Message);
    }

    [Theory]
    [InlineData("c,Fake,text,T,a,>,b,accuracy,rte,NaN,", "found factor \"NaN\", expected a finite number above 0")]
    [InlineData("c,Fake,text,T,a,>,b,accuracy,rte,0,", "found factor \"0\", expected a finite number above 0")]
    [InlineData("c,Fake,text,T,a,>,b;,accuracy,rte,,", "found the method \"\", expected a name, or name:rank")]
    [InlineData("c,Fake,text,T,a,>,b,accuracy;,rte,,", "found metric \"accuracy;\", expected a text between semicolons")]
    [InlineData("c,Fake,text,T,a,>,b,accuracy,rte;;mrpc,,", "found tasks \"rte;;mrpc\", expected a text between semicolons")]
    public void A_claim_out_of_range_is_refused(string line, string expected)
    {
        File.WriteAllText(_path, "id,experiment,claim,source,subject,relation,rivals,metric,tasks,factor,at_least\n" + line + "\n");

        Assert.Equal($"{_path}, line 2: {expected}.", Assert.Throws<UserErrorException>(() => ClaimTable.Read(_path)).Message);
    }
}
