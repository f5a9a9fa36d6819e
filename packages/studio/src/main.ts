import { startPage } from './app/start-page.js';

startPage(document);
