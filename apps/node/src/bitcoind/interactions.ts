import type { Settings } from './settings.ts'

export const DEFAULT_MAX_CONNECTIONS = 125

/** What options that nobody set become because of others, as far as peers are concerned. */
export class Interactions {
  /** Each one for the log, in Bitcoin Core's words. */
  readonly notes: readonly string[]
  readonly #settings: Settings
  readonly #implied = new Map<string, boolean>()

  constructor(settings: Settings) {
    this.#settings = settings
    const notes: string[] = []
    const imply = (name: string, value: boolean, why: string): void => {
      if (settings.isSet(name) || this.#implied.has(name)) return
      this.#implied.set(name, value)
      notes.push(`parameter interaction: ${why} -> setting -${name}=${Number(value)}`)
    }
    this.#run(imply)
    this.notes = notes
  }

  #run(imply: (name: string, value: boolean, why: string) => void): void {
    const settings = this.#settings
    for (const name of ['bind', 'whitebind']) {
      if (settings.list(name).length > 0) imply('listen', true, `-${name} set`)
    }
    if (connectsOnly(settings) || (settings.integer('maxconnections') ?? DEFAULT_MAX_CONNECTIONS) <= 0) {
      for (const name of ['dnsseed', 'listen']) imply(name, false, '-connect or -maxconnections=0 set')
    }
    // Who goes through a proxy does not want to be found.
    if (!['', '0'].includes(settings.text('proxy') ?? '')) {
      for (const name of ['listen', 'natpmp', 'discover']) imply(name, false, '-proxy set')
    }
    if (!this.flag('listen', true)) {
      for (const name of ['natpmp', 'discover', 'listenonion', 'i2pacceptincoming']) imply(name, false, '-listen=0')
    }
    if (settings.list('externalip').length > 0) imply('discover', false, '-externalip set')
    const networks = settings.list('onlynet').map((name) => name.toLowerCase())
    if (networks.length > 0 && !networks.some((name) => name === 'ipv4' || name === 'ipv6')) {
      imply('dnsseed', false, '-onlynet excludes IPv4 and IPv6')
    }
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.#settings.flag(name, this.#implied.get(name) ?? otherwise)
  }
}

/** Who names peers wants these and no others. */
export const connectsOnly = (settings: Settings): boolean =>
  settings.list('connect').length > 0 || settings.isNegated('connect')
