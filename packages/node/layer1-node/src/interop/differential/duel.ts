import type { JsonOutput } from '@ply/rpc'
import type { OwnSide } from './ownNode.ts'
import { type Answer, canonical, describe, type Side } from './side.ts'

export interface Disagreement {
  readonly setup: string
  readonly step: number
  readonly what: string
  readonly method: string
  readonly ours: string
  readonly theirs: string
  /** Everything submitted so far leads here: the seed and step do, too. */
  readonly params: readonly JsonOutput[]
}

/** Both nodes, asked the same; keeps count of what they said and of where they differ. */
export class Duel {
  readonly own: OwnSide
  readonly core: Side
  readonly setup: string
  readonly counts = new Map<string, number>()
  readonly disagreements: Disagreement[] = []
  step = 0
  #poolDifference = NO_DIFFERENCE
  questions = 0

  constructor(own: OwnSide, core: Side, setup: string) {
    this.own = own
    this.core = core
    this.setup = setup
  }

  /** Asks both; `verdict` names what is counted, `compared` cuts out what must differ. Returns Core's answer. */
  async ask(
    what: string,
    method: string,
    params: readonly JsonOutput[] = [],
    reading: { readonly verdict?: (answer: Answer) => string; readonly compared?: (answer: Answer) => string } = {},
  ): Promise<{ readonly own: Answer; readonly core: Answer }> {
    this.questions++
    const [own, core] = [await this.own.call(method, params), await this.core.call(method, params)]
    const { verdict, compared = describe } = reading
    if (verdict) {
      const name = `${method}: ${verdict(core)}`
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
    }
    const [ours, theirs] = [compared(own), compared(core)]
    if (ours !== theirs) {
      this.disagreements.push({ setup: this.setup, step: this.step, what, method, ours, theirs, params })
    }
    return { own, core }
  }

  /** Tip and other things that must always be equal. */
  async compareTips(what: string): Promise<void> {
    await this.ask(what, 'getbestblockhash')
  }

  async compareCoins(what: string): Promise<void> {
    const without = (answer: Answer): string => describe(answer).replace(/"disk_size":\d+,?/, '')
    await this.ask(what, 'gettxoutsetinfo', ['hash_serialized_3'], { compared: without })
    await this.ask(what, 'gettxoutsetinfo', ['muhash'], { compared: without })
    await this.ask(what, 'getchaintips', [], {
      compared: (answer) =>
        answer.ok && Array.isArray(answer.result) ? answer.result.map(canonical).sort().join() : describe(answer),
    })
  }

  /** Which transactions only one of the pools holds; told once, until it changes. */
  async comparePool(what: string): Promise<void> {
    const [own, core] = [await this.own.call('getrawmempool'), await this.core.call('getrawmempool')]
    this.questions++
    const [ours, theirs] = [namesOf(own), namesOf(core)]
    const onlyOurs = [...ours].filter((txid) => !theirs.has(txid))
    const onlyTheirs = [...theirs].filter((txid) => !ours.has(txid))
    const difference = `${onlyOurs.join()} / ${onlyTheirs.join()}`
    if (difference === this.#poolDifference) return
    this.#poolDifference = difference
    if (difference === NO_DIFFERENCE) return
    this.disagreements.push({
      setup: this.setup,
      step: this.step,
      what,
      method: 'getrawmempool',
      ours: `also has ${onlyOurs.join()}`,
      theirs: `also has ${onlyTheirs.join()}`,
      params: await Promise.all(onlyOurs.map((txid) => this.#detail(this.own, txid))),
    })
  }

  /** What both say about each transaction of the pool, but for what only a node with peers can say. */
  async comparePoolDetails(what: string): Promise<void> {
    const compared = (answer: Answer): string =>
      describe(answer)
        .replace(/"unbroadcast":(true|false),?/g, '')
        // In no order that means anything.
        .replace(/(?<="spentby":\[)[^\]]*/g, (list) => list.split(',').sort().join())
    await this.ask(what, 'getrawmempool', [true], { compared })
  }

  async #detail(side: Side, txid: string): Promise<JsonOutput> {
    const answer = await side.call('getrawtransaction', [txid])
    return answer.ok ? String(answer.result) : txid
  }
}

const NO_DIFFERENCE = ' / '

const namesOf = (answer: Answer): Set<string> =>
  new Set(answer.ok && Array.isArray(answer.result) ? answer.result.map(String) : [])
