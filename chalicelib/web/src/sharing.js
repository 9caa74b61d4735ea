/** Points at WeChat's own menu: see part.js about `page`. */
import { pointer } from './views/share.js';

export const sharing = ({ main }) => ({
  point: () => {
    main.append(pointer());
    main.querySelector('[data-action=unpoint]').focus();
  },
  unpoint: () => {
    main.querySelector('.pointer').remove();
    main.querySelector('[data-action=point]').focus();
  },
});
