// The style of every page with an app. A page imports it first, because its own style sheets refine it.

import './fonts.css';
import './theme.css';
import './base.css';
import './classes.css';
