import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { tellEnds } from '../inspect/tell-ends.js';
import { startKeys } from '../page/keys.js';
import { releaseFocus } from '../page/release-focus.js';
import { registerCommands } from '../page/run-by-id.js';
import { beginFrames } from '../video/begin-frames.js';
import { commands } from './all-commands.js';
import { App } from './app.js';
import { followModes } from './commands.js';
import { followServer } from './follow-server.js';
import { startTheme } from './theme.js';

/** Starts the page: reads the project, listens to keys and to the server, and draws. */
export function startPage(document: Document): void {
  const place = document.getElementById('studio');
  if (place === null) throw new Error('studio: the page has no element `studio`');
  startTheme(document.documentElement);
  beginFrames();
  registerCommands(commands);
  startKeys(document, commands);
  releaseFocus(document);
  createRoot(place).render(createElement(App));
  followModes();
  tellEnds();
  void followServer();
}
