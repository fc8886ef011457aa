/* How this book's search differs from Sphinx's own. Loaded between doctools.js and
   searchtools.js, which takes these names in place of its own. */
"use strict";

// Words found are not marked on the page that a result leads to: Sphinx would keep them in the
// browser's storage, and this site stores nothing but the chosen colours.
const SPHINX_HIGHLIGHT_ENABLED = false;

// Terms, charts, claims and tables are found by parts of their names, and only if every word of
// the query is there: a plural or a small word must not hide them.
var splitQuery = (query) =>
  query
    .split(/[^\p{Letter}\p{Number}_]+/u)
    .filter((word) => word && !stopwords.includes(word.toLowerCase()))
    .map((word) => (/[^isu]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word));

Object.assign(Documentation.TRANSLATIONS, {
  "Search Results": "Results",
  "Search finished, found ${resultCount} page(s) matching the search query.":
    "Found: ${resultCount}. Terms come first, then pages, charts, claims and data tables.",
  "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
    "Nothing found. A page is found only if it holds every word: try fewer words, or only part of one.",
});
