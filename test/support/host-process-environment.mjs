import { TestEnvironment } from 'jest-environment-node';

/** Tests see a copy of `process`, but those that watch for unhandled rejections need the process itself. */
export default class HostProcessEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.hostProcess = process;
  }
}
