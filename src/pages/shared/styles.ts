// What every page with a program looks like. A page imports it first: its own style sheets refine it.

import './fonts.css';
import './theme.css';
import './base.css';
import './classes.css';
