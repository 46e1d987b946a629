// The page that shows a new key answers a form: loaded again it would send the form again, and make another key.
// So its address becomes that of the key, which is shown without its secret. A redirect would do the same, but the
// secret would have to be kept somewhere in between.
history.replaceState(null, "", document.querySelector("[data-key-url]").dataset.keyUrl);
