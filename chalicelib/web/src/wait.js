/** Resolves after so many milliseconds. */
export const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
