// The desk's only script. Pages work without it, except where a file is sent from here.
import './entering.js';
import './copying.js';
import './uploading.js';
import './pictures.js';
import './printing.js';
import './board.js';
