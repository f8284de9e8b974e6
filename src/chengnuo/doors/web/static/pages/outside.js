// The reply sheet is printed as it is seen.
document.addEventListener("click", (event) => { if (event.target.closest("[data-prints]")) print(); });
