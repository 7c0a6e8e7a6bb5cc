import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/page.css';
import './style/controls.css';
import './style/kit.css';
import './style/overlays.css';
import './style/table.css';
// Of the first page too: one file is sooner there than three.
import './parts/parts.css';
import './pages/contacts/contacts.css';
// Last: it hides what others show.
import './style/print.css';
// First of all the request for what is shown first; the rest of the code comes while it is answered.
import { beginsWithContacts } from './store/boot';
import { loadStrings } from './strings';

void import('./main');
void loadStrings();
if (beginsWithContacts) void import('./pages/contacts');
