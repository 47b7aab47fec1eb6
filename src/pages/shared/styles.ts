// The look of every page with a program. A page imports it first: its own style sheets refine it.

import './fonts.css';
import './theme.css';
import './base.css';
import './classes.css';
