// A real bitcoind and our node, told the same things.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Daemon } from '../daemon.mjs'
import { differencesOf, readJsonText } from './jsonText.mjs'
import { HELP_MARK, shortenHelp } from './shortenHelp.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export class Twins {
  constructor(bitcoind, report) {
    this.ply = new Daemon('plyd', [process.execPath, join(root, 'apps/node/bin/plyd.js')])
    this.core = new Daemon('bitcoind', [bitcoind])
    this.report = report
  }

  get both() {
    return [this.ply, this.core]
  }

  /** Both nodes one after the other, so that a machine with few cores keeps their order of events. */
  async start(...options) {
    for (const node of this.both) await node.start(...options)
  }

  async stop() {
    await Promise.all(this.both.map((node) => node.stop()))
  }

  /** Posts the same body to both and compares status and answer. Gives the answer of bitcoind. */
  async post(what, body, path = '/') {
    const [ply, core] = await Promise.all(this.both.map((node) => node.post(body, path)))
    const answers = [ply, core].map(({ status, text }) => ({ status, ...describeBody(what, text) }))
    const differences = differencesOf(...answers)
    if (differences.length === 0 && ply.text !== core.text && !JSON.stringify(answers).includes(HELP_MARK)) {
      differences.push({ path: '.text', ply: ply.text, core: core.text })
    }
    this.report.add(what, body, differences)
    return core
  }

  /** Calls a method with parameters that are JSON as text; gives the result of bitcoind, undefined for an error. */
  async call(method, params = '[]') {
    const { text } = await this.post(method, `{"id":1,"method":${JSON.stringify(method)},"params":${params}}`)
    const { result, error } = JSON.parse(text)
    return error ? undefined : result
  }

  /** As `ask`, where an error is none of the plan. */
  async need(method, ...params) {
    const { text } = await this.post(method, JSON.stringify({ id: 1, method, params }))
    const { result, error } = JSON.parse(text)
    if (error) throw new Error(`${method} ${JSON.stringify(params)}: ${error.message}`)
    return result
  }

  /** The same with values. */
  ask(method, ...params) {
    return this.call(method, JSON.stringify(params))
  }
}

function describeBody(what, text) {
  const parsed = readJsonText(text)
  return parsed === undefined || typeof parsed !== 'object' || parsed === null ? { body: text } : shortenHelp(parsed)
}
