import { ExternalLink } from 'lucide-react';
import { reportUrl, useInspect } from './inspect-store.js';

/** Shows a page that training or evaluation wrote, shut off from this one. */
export function ReportDialog() {
  const report = useInspect((state) => state.report);
  if (report === null) return <p className="muted">No page is open.</p>;
  const { model, file } = report;
  const url = reportUrl(model, file);
  return (
    <>
      <div className="button-row">
        <span>
          {model}: {file}
        </span>
        <span className="spring" />
        <a className="button" href={url} target="_blank" rel="noreferrer">
          <ExternalLink size={14} aria-hidden="true" /> In a new tab
        </a>
      </div>
      {/\.html$/.test(file) ? (
        <iframe className="report-frame" title={`${model}: ${file}`} src={url} sandbox="allow-scripts" />
      ) : (
        <img className="figure" src={url} alt={`${model}: ${file}`} />
      )}
    </>
  );
}
