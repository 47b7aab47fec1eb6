import type { Config } from '../config/config.js';

/** The base of absolute URLs. */
export class PublicUrl {
  /**
   * The URL at which the server listens. The system may choose its port, which is then known only after listening has
   * started.
   */
  own: string;

  constructor(private readonly config: Pick<Config, 'publicUrl' | 'host' | 'port'>) {
    this.own = `http://${config.host}:${config.port}`;
  }

  /** Returns the URL without a trailing slash. */
  readonly get = (): string => this.config.publicUrl ?? this.own;
}
