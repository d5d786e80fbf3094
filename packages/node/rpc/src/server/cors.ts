import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'

/** Pages of which origins may call from a browser: none unless named, `*` for all. */
export class CrossOrigin {
  readonly #origins: ReadonlySet<string>

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins)
  }

  /** True for who is no page at all, and for pages that may. */
  allows({ origin }: IncomingHttpHeaders): boolean {
    return origin === undefined || this.#origins.has('*') || this.#origins.has(origin)
  }

  /** What tells the browser to hand the answer to the page. */
  headers(request: IncomingHttpHeaders): OutgoingHttpHeaders {
    if (request.origin === undefined || !this.allows(request)) return {}
    return { 'Access-Control-Allow-Origin': request.origin, Vary: 'Origin' }
  }

  /** The answer to the question that a browser asks first; undefined where it may not ask. */
  preflight(request: IncomingHttpHeaders): OutgoingHttpHeaders | undefined {
    if (request.origin === undefined || !this.allows(request)) return undefined
    return {
      ...this.headers(request),
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Max-Age': '600',
    }
  }
}
