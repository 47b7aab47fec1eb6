/** In these a failure by chance is as serious as any other: who may read what, and what of a change arrives. */
const neverRepeated =
  /isolation|access|permission|\/can\.|subject|trusted|cors|visib|scope|viewer|grant|token|forbidden|rejection|issuer|jwks|tls|attack|caller|link|live|change|subscri|stream|websocket|callback/;

/**
 * Runs each failed test file three more times, without the others, unless it is about isolation, security or the live feed.
 * @param {readonly string[]} files paths, from the root of the project
 * @param {(file: string) => Promise<boolean>} passes runs a file
 * @returns {Promise<boolean>} whether all of them passed each time
 */
export async function passWhenRepeated(files, passes) {
  for (const file of files) {
    if (neverRepeated.test(file)) return false;
    for (let run = 0; run < 3; run += 1) if (!(await passes(file))) return false;
  }
  return true;
}
