/** Why an address has a label: the wallet's own, or one that it pays to. */
export type AddressPurpose = 'receive' | 'send' | 'refund'

export interface LabelledAddress {
  readonly label: string
  readonly purpose: AddressPurpose
}

/** Bitcoin Core's address book: the addresses that somebody was given or paid, with their labels. */
export class AddressLabels {
  readonly #entries: Map<string, LabelledAddress>
  readonly #changed: (address: string) => void

  constructor(entries: ReadonlyMap<string, LabelledAddress>, changed: (address: string) => void) {
    this.#entries = new Map(entries)
    this.#changed = changed
  }

  get(address: string): LabelledAddress | undefined {
    return this.#entries.get(address)
  }

  set(address: string, label: string, purpose: AddressPurpose): void {
    this.#entries.set(address, { label, purpose })
    this.#changed(address)
  }

  entries(): IterableIterator<readonly [string, LabelledAddress]> {
    return this.#entries.entries()
  }

  /** Every label once, sorted. */
  labels(purpose?: AddressPurpose): string[] {
    const labels = new Set<string>()
    for (const entry of this.#entries.values()) {
      if (purpose === undefined || entry.purpose === purpose) labels.add(entry.label)
    }
    return [...labels].sort()
  }

  addresses(label: string): string[] {
    return [...this.#entries].filter(([, entry]) => entry.label === label).map(([address]) => address)
  }
}
