"use strict";
// The language of the reader: remembered where the browser allows it, Chinese at first.
(function () {
  var root = document.documentElement;
  function show(language) {
    root.dataset.language = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    document.title = root.dataset[language === "zh" ? "titleZh" : "titleEn"];
  }
  function recall() {
    try { return localStorage.getItem("language") || "zh"; } catch (refused) { return "zh"; }
  }
  function remember(language) {
    try { localStorage.setItem("language", language); } catch (refused) { /* a page from disk may not remember */ }
  }
  show(recall());
  document.addEventListener("DOMContentLoaded", function () {
    document.getElementById("language").addEventListener("click", function () {
      var next = root.dataset.language === "zh" ? "en" : "zh";
      show(next);
      remember(next);
    });
  });
})();
