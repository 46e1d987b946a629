// A parameter that is left empty is not meant: the API would refuse it.
document.querySelector(".parameters")?.addEventListener("submit", (event) => {
  for (const field of event.target.elements) field.disabled = field.name !== "" && field.value === "";
});
