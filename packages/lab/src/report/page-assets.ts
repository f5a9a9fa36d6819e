/** Style of report pages: one column that prints well, figures as wide as they were drawn. */
export const reportStyle = `
:root{--ink:#1d2a33;--muted:#5d6b75;--line:#dfe5e9;--plate:#f6f8f9;--accent:#0072b2}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:#eef2f4;color:var(--ink);font:15px/1.55 system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,sans-serif}
header,main,footer{max-width:860px;margin:0 auto;padding:0 24px}
header{padding-top:40px}
h1{overflow-wrap:anywhere;font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
.lead{color:var(--muted);margin:0 0 18px;font-size:16px}
.synthetic{background:#fff4e5;border:1px solid #e0a458;color:#7a4a00;border-radius:8px;padding:10px 14px;margin:0 0 18px}
.highlights{display:flex;flex-wrap:wrap;gap:12px;margin:0 0 18px}
.highlight{flex:1 1 150px;background:#fff;border:1px solid var(--line);border-radius:10px;padding:12px 16px}
.highlight b{display:block;font-size:25px;line-height:1.2;font-variant-numeric:tabular-nums}
.highlight span{color:var(--muted);font-size:13px}
.highlight .chip,td .chip{color:#6b3fa0}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;padding:10px 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
nav a{color:var(--accent);text-decoration:none}
nav a:hover,nav a:focus{text-decoration:underline}
section{background:#fff;border:1px solid var(--line);border-radius:12px;padding:8px 24px 22px;margin:22px 0}
h2{font-size:19px;margin:14px 0 12px}
figure{margin:0 0 18px;position:relative}
figure svg{max-width:100%;height:auto;display:block;margin:0 auto}
figure>svg{border:1px solid var(--line);border-radius:8px}
figcaption{color:var(--muted);font-size:13px;margin:6px 0 0}
figure button{position:absolute;right:10px;bottom:10px;font:inherit;font-size:12px;color:var(--accent);background:#fff;border:1px solid var(--line);border-radius:6px;padding:3px 9px;cursor:pointer;opacity:0}
figure:hover button,figure button:focus{opacity:1}
.clips{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:14px;margin:0 0 18px}
.clips figure{margin:0}
.clips video{width:100%;height:auto;display:block;border-radius:8px;background:#000}
.scroll{overflow-x:auto;margin:0 0 18px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:13px;padding:0 0 6px}
th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
.words{text-align:left;white-space:normal;min-width:7em;overflow-wrap:anywhere}
th:first-child{font-weight:500}
thead th{color:var(--muted);font-weight:500;font-size:13px}
.chip{font-size:11px;font-weight:500;border:1px solid currentColor;border-radius:9px;padding:0 6px;vertical-align:middle}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:10px 24px;margin:0 0 18px}
dt{color:var(--muted);font-size:13px}
dd{margin:0;overflow-wrap:anywhere}
details{margin:0 0 12px}
summary{cursor:pointer;color:var(--accent)}
pre{background:var(--plate);border:1px solid var(--line);border-radius:8px;padding:12px;font-size:12px;line-height:1.45;overflow:auto;max-height:420px;white-space:pre-wrap;overflow-wrap:anywhere}
footer{color:var(--muted);font-size:13px;padding-bottom:40px}
@media print{body{background:#fff}section{break-inside:avoid;border:0;padding:0}nav,figure button{display:none}}
`.trim();

/** Script of report pages: a button on each figure that saves it as an SVG file. */
export const reportScript = `
for (const figure of document.querySelectorAll('figure')) {
  const svg = figure.querySelector('svg');
  if (!svg) continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Save as SVG';
  button.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([svg.outerHTML], { type: 'image/svg+xml' }));
    link.download = figure.dataset.name + '.svg';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  figure.append(button);
}
`.trim();
