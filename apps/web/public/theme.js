// Runs before the first paint, so that a chosen theme does not flash; the policy forbids it inline.
const chosen = localStorage.getItem('bettertherapy.theme');
if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
