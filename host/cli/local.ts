import type { Statistics } from '../core/index.js';
import type { Interface } from '../tap/index.js';
import { TapHost, type HostOptions } from './host.js';
import { Session, type Plan } from './session.js';

/** A core in this process, with what it is to do. */
export class LocalHost {
  private readonly host: TapHost;
  private readonly session: Session;

  constructor(
    module: WebAssembly.Module,
    link: Interface,
    kernel: string | undefined,
    options: HostOptions,
    plan: Plan,
  ) {
    this.host = new TapHost(module, link, kernel, options);
    this.session = new Session(this.host, plan);
  }

  get recorder(): TapHost['recorder'] {
    return this.host.recorder;
  }

  get done(): Promise<void> {
    return this.session.done;
  }

  get exitCode(): number {
    return this.session.exitCode;
  }

  statistics(): Statistics {
    return this.host.core.statistics();
  }

  begin(): void {
    this.session.begin();
  }

  flush(): void {
    this.host.flush();
  }

  async close(): Promise<void> {
    await this.host.bridge.close();
  }
}
