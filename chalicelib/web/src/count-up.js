/** An amount that counts up. */
import { yuan } from './logic/claims.js';

const COUNT_MS = 600;

/** Shows amounts from nothing to `fen` in the element. */
export function countUp(element, fen) {
  const from = performance.now();
  const draw = (now) => {
    const part = Math.min(1, Math.max(0, (now - from) / COUNT_MS));
    // Slower towards the end.
    element.textContent = yuan(Math.round(fen * (1 - (1 - part) * (1 - part))));
    if (part < 1) requestAnimationFrame(draw);
  };
  draw(from);
}
