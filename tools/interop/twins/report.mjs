// Collects the differences that nobody has named as legitimate.
import { isExpected } from './expected.mjs'

/** How often one kind of difference is shown. */
const SHOWN = 1

export class Report {
  #seen = new Map()
  exchanges = 0

  /** `what` is the method or the kind of exchange, `asked` what was sent. */
  add(what, asked, differences) {
    this.exchanges++
    const unexpected = differences.filter((difference) => isExpected(what, difference) === undefined)
    if (unexpected.length === 0) return
    const kind = `${what} ${unexpected.map(kindOf).join(' ')}`
    const times = (this.#seen.get(kind) ?? 0) + 1
    this.#seen.set(kind, times)
    if (times > SHOWN) return
    console.log(`DIFFERS ${what}\n  asked ${shorten(asked)}`)
    for (const { path, ply, core } of unexpected) {
      console.log(`  at ${path}\n    plyd     ${ply}\n    bitcoind ${core}`)
    }
  }

  get kinds() {
    return this.#seen.size
  }
}

/** Where, and what bitcoind says there but for hashes and numbers: one of a kind is enough to mend it. */
function kindOf({ path, core }) {
  const place = path.replaceAll(/\[\d+\]/g, '[]').replaceAll(/[0-9a-f]{64}/g, 'hash')
  return /message|reject/.test(path) ? `${place} ${String(core).replaceAll(/[0-9a-f]{8,}|\d+/g, '*')}` : place
}

const shorten = (text) =>
  text.replaceAll(/[0-9a-f]{200,}/g, (hex) => `${hex.slice(0, 60)}…${hex.slice(-20)}`).slice(0, 900)
