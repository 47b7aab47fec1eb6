// The style of every page with an app. A page imports it first, because its own style sheets refine it.
//
// Modules that pages share do not import their styles themselves. Otherwise, modules that are loaded later would load
// these styles again, after those that refine them: once the URL of the page has changed, Vite does not recognize the
// relative URLs in the page.

import './fonts.css';
import './theme.css';
import './base.css';
import './classes.css';
import './copy-button.css';
import './json/json-view.css';
import './page-header.css';
import './token/session-menu.css';
import './token/token-card.css';
