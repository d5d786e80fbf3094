// A peer that says what it is told to, and writes down what it hears.
import { connect } from 'node:net'
import { frame, takeMessages, u64, versionPayload } from './wire.mjs'

const SYNC = 0x5ca1ab1en
/** Time for an answer where there is no pong to wait for. */
const QUIET_MS = 250
const PATIENCE_MS = 4000

export class RawPeer {
  heard = []
  closed = false
  #rest = Buffer.alloc(0)
  #wake = () => undefined

  constructor(port) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => this.#change(() => (this.closed = true)))
    this.socket.on('data', (chunk) => {
      const { messages, rest } = takeMessages(Buffer.concat([this.#rest, chunk]))
      this.#rest = rest
      this.#change(() => this.heard.push(...messages))
    })
  }

  #change(act) {
    act()
    this.#wake()
  }

  send(...messages) {
    this.socket.write(Buffer.concat(messages))
  }

  /** Resolves once it holds, the connection is gone, or nobody is patient any more. */
  async until(holds, milliseconds = PATIENCE_MS) {
    const deadline = Date.now() + milliseconds
    while (!holds() && !this.closed && Date.now() < deadline) {
      await new Promise((done) => {
        const timer = setTimeout(done, deadline - Date.now())
        this.#wake = () => (clearTimeout(timer), done())
      })
    }
  }

  async shakeHands(more = [], version = {}) {
    this.send(frame('version', versionPayload(version)), ...more, frame('verack'))
    await this.until(() => this.heard.some(({ command }) => command === 'feefilter'))
    await this.settle()
    this.heard = []
  }

  /** Everything said before has been answered when the pong comes. */
  async settle() {
    const pongs = () =>
      this.heard.filter(({ command, payload }) => command === 'pong' && payload.equals(u64(SYNC))).length
    const before = pongs()
    this.send(frame('ping', u64(SYNC)))
    await this.until(() => pongs() > before)
  }

  async quiet() {
    await this.until(() => false, QUIET_MS)
  }

  end() {
    this.socket.destroy()
  }
}
