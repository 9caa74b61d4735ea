/** Resolves after so many milliseconds. */
export const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** What the promise brings; rejects if that takes longer than so many milliseconds. */
export const within = (milliseconds, promise) => Promise.race([promise, wait(milliseconds).then(() => Promise.reject())]);
