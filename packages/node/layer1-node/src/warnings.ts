/** What a node may have to warn of, once each. */
export type WarningKind = 'unknown-new-rules-activated' | 'large-work-invalid-chain' | 'fatal-internal-error'

/** The warnings that are in force: everyone who asks for the node's state sees them. */
export class Warnings {
  readonly #texts = new Map<WarningKind, string>()
  readonly #alert: (text: string) => void

  /** `alert` hears of each warning when it comes up. */
  constructor(alert: (text: string) => void = () => undefined) {
    this.#alert = alert
  }

  get texts(): string[] {
    return [...this.#texts.values()]
  }

  set(kind: WarningKind, text: string): void {
    if (this.#texts.has(kind)) return
    this.#texts.set(kind, text)
    this.#alert(text)
  }

  unset(kind: WarningKind): void {
    this.#texts.delete(kind)
  }
}
