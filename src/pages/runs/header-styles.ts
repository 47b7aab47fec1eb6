// The style of the header's tools on all pages but GraphiQL, which import it after that of all pages.

import './icon.css';
import './header-tools.css';
import './skip-link.css';
