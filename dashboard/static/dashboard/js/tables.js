// The same as a chart in a table, for those who read or hear it. It is made when it is opened.

/**
 * Fill `<details class="as-table">` when it is open, now and after each call. `make()` returns
 * {caption, head: [texts], rows: [[texts]]}; a column after the first is of numbers unless its head begins with "*".
 */
export function tableFor(details, make) {
  details.makeTable = () => details.open && details.querySelector(".scroll").replaceChildren(table(make()));
  if (!details.listens) details.addEventListener("toggle", () => details.makeTable());
  details.listens = true;
  details.makeTable();
}

export function table({ caption, head, rows }) {
  const made = document.createElement("table");
  made.createCaption().textContent = caption;
  const texts = head.map((name) => name.replace(/^\*/, ""));
  const isNumber = head.map((name, n) => n > 0 && !name.startsWith("*"));
  const top = made.createTHead().insertRow();
  texts.forEach((text, n) => top.append(cell("th", text, isNumber[n], "col")));
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((value, n) => line.append(cell(n ? "td" : "th", value, isNumber[n], n ? null : "row")));
  }
  return made;
}

function cell(tag, value, isNumber, scope) {
  const made = document.createElement(tag);
  if (scope) made.scope = scope;
  if (isNumber) made.className = "number";
  made.append(value);
  return made;
}
