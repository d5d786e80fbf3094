import type { HttpHeaders } from '../http/message.ts'

type ReplyHeaders = Readonly<Record<string, string>>

const NO_HEADERS: ReplyHeaders = {}

/** Pages of which origins may call from a browser: none unless named, `*` for all. */
export class CrossOrigin {
  readonly #origins: ReadonlySet<string>

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins)
  }

  /** True for who is no page at all, and for pages that may. */
  allows(request: HttpHeaders): boolean {
    const origin = request.get('origin')
    return origin === undefined || this.#origins.has('*') || this.#origins.has(origin)
  }

  /** What tells the browser to hand the answer to the page. */
  headers(request: HttpHeaders): ReplyHeaders {
    const origin = request.get('origin')
    if (origin === undefined || !this.allows(request)) return NO_HEADERS
    return { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }
  }

  /** The answer to the question that a browser asks first; undefined where it may not ask. */
  preflight(request: HttpHeaders): ReplyHeaders | undefined {
    if (request.get('origin') === undefined || !this.allows(request)) return undefined
    return {
      ...this.headers(request),
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Max-Age': '600',
    }
  }
}
