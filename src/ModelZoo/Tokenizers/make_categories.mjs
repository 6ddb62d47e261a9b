// Unicode 8's nonspacing marks (Mn), punctuation (P) and control, format and private use characters (C), as ranges of code points.
//
// tokenizers of Hugging Face decides by these, whatever newer Unicode says (the crate unicode_categories 0.1.1).
// Usage: npm install @unicode/unicode-8.0.0 && node make_categories.mjs > categories.txt
const kinds = { Mn: ["Nonspacing_Mark"], P: ["Punctuation"], C: ["Control", "Format", "Private_Use"] };

console.log("# Unicode 8 categories: make_categories.mjs");
for (const [kind, categories] of Object.entries(kinds)) {
  const codes = [];
  for (const category of categories) {
    const { default: members } = await import(`@unicode/unicode-8.0.0/General_Category/${category}/code-points.mjs`);
    for (const code of members) codes.push(code);
  }
  codes.sort((a, b) => a - b);
  for (let i = 0, first = 0; i < codes.length; i++) {
    if (codes[i + 1] !== codes[i] + 1) {
      console.log([codes[first], codes[i]].map((code) => code.toString(16).toUpperCase().padStart(4, "0")).join(" ") + ` ${kind}`);
      first = i + 1;
    }
  }
}
