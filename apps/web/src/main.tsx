import './design/tokens.css';
import './design/base.css';
import './design/layout.css';
import './design/controls.css';
import './design/panels.css';
import './design/table.css';
import './design/chart.css';
import './shell/shell.css';
import './patient/patient.css';
import './studio/studio.css';
import { createRoot } from 'react-dom/client';
import { App } from './App.js';
import { takeKeyFromAddress } from './shell/keys.js';

takeKeyFromAddress();
const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
