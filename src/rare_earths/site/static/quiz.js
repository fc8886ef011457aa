/* The quiz on a chapter's page: the button "Check" compares what is chosen with the answers that
   stand, folded, on the page itself, and says in a live region what they say. Nothing is stored. */
(() => {
  "use strict";
  const near = (value, element) =>
    Math.abs(value - Number(element.dataset.near)) <= Number(element.dataset.tolerance) + 1e-9;

  // Each kind returns [right or not, texts to show]; null while nothing has been chosen.
  const compare = {
    single(item) {
      const chosen = item.querySelector("input:checked");
      if (!chosen) return null;
      const answer = item.querySelector(`li[data-value="${chosen.value}"]`);
      return ["correct" in answer.dataset, [answer.querySelector(".quiz-feedback")]];
    },
    multiple(item, words) {
      const inputs = [...item.querySelectorAll("input")];
      if (!inputs.some((input) => input.checked)) return null;
      const answers = inputs.map((input) => item.querySelector(`li[data-value="${input.value}"]`));
      const correct = (i) => "correct" in answers[i].dataset;
      const wrong = inputs.some((input, i) => input.checked && !correct(i));
      const missing = inputs.some((input, i) => !input.checked && correct(i));
      const shown = answers.filter((_, i) => inputs[i].checked && (!wrong || !correct(i)));
      const texts = shown.map((answer) => answer.querySelector(".quiz-feedback"));
      if (missing && !wrong) return [false, [words.missing]];
      return [!wrong && !missing, texts];
    },
    numeric(item) {
      const value = item.querySelector("input").valueAsNumber;
      if (Number.isNaN(value)) return null;
      const { answer, tolerance } = item.dataset;
      if (Math.abs(value - Number(answer)) <= Number(tolerance) + 1e-9)
        return [true, [item.querySelector("[data-right]")]];
      const slip = [...item.querySelectorAll("[data-near]")].find((one) => near(value, one));
      return [false, [slip ?? item.querySelector("[data-wrong]")]];
    },
    order(item, words) {
      const selects = [...item.querySelectorAll("select")];
      if (selects.some((select) => !select.value)) return null;
      if (new Set(selects.map((select) => select.value)).size < selects.length)
        return [false, [words.order]];
      const right = selects.every((select) => select.value === select.dataset.place);
      return [right, [item.querySelector(right ? "[data-right]" : "[data-wrong]")]];
    },
  };

  const say = (place, parts) => {
    // emptied first, so that the same words are announced again; pressed twice, said once
    place.replaceChildren();
    setTimeout(() => {
      place.replaceChildren();
      parts.forEach((part, i) => {
        if (i) place.append(" ");
        if (typeof part === "string") place.append(part);
        else for (const child of part.childNodes) place.append(child.cloneNode(true));
      });
    }, 60);
  };

  for (const quiz of document.querySelectorAll("[data-quiz]")) {
    const words = quiz.dataset;
    // some browsers keep choices over a reload; what was said about them is gone
    for (const input of quiz.querySelectorAll("input:checked")) input.checked = false;
    for (const item of quiz.querySelectorAll(".quiz-item")) {
      const says = item.querySelector(".quiz-says");
      const check = () => {
        const result = compare[item.dataset.kind](item, words);
        const [right, texts] = result ?? [null, []];
        says.dataset.result = right === null ? "none" : right ? "right" : "wrong";
        say(says, right === null ? [words.none] : [right ? words.right : words.wrong, ...texts]);
      };
      const button = item.querySelector(".quiz-check");
      button.hidden = false;
      button.addEventListener("click", check);
      item.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target.matches("input")) {
          event.preventDefault();
          check();
        }
      });
      item.addEventListener("input", () => {
        says.replaceChildren();
        delete says.dataset.result;
      });
    }
  }
})();
