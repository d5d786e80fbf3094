import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** What is answered to a command, with the ends of its lines; undefined for nothing. */
export type TorAnswers = (command: string) => string | undefined

export const SERVICE_ID = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd'

/** A Tor that lets everybody in. */
export function openTor(command: string): string {
  if (command.startsWith('PROTOCOLINFO')) {
    return '250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor="0.4.8"\r\n250 OK\r\n'
  }
  if (command.startsWith('GETINFO')) return '250-net/listeners/socks="127.0.0.1:9150"\r\n250 OK\r\n'
  if (command.startsWith('ADD_ONION')) {
    return `250-ServiceID=${SERVICE_ID}\r\n250-PrivateKey=ED25519-V3:secret\r\n250 OK\r\n`
  }
  return '250 OK\r\n'
}

/** The control port of a Tor that answers as a test wants. */
export class FakeTor {
  readonly commands: string[] = []
  answers: TorAnswers
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #waiting: (() => void)[] = []

  private constructor(answers: TorAnswers) {
    this.answers = answers
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async start(answers: TorAnswers = openTor): Promise<FakeTor> {
    const tor = new FakeTor(answers)
    await new Promise<void>((resolve) => tor.#server.listen(0, '127.0.0.1', resolve))
    return tor
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Resolves once so many commands came. */
  async received(count: number): Promise<readonly string[]> {
    while (this.commands.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return this.commands
  }

  /** Sends to whoever is connected. */
  say(text: string): void {
    for (const socket of this.#sockets) socket.write(text, 'latin1')
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.hangUp()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    let pending = ''
    socket.on('data', (bytes) => {
      const lines = (pending + bytes.toString('latin1')).split('\r\n')
      pending = lines.pop()!
      for (const line of lines) {
        this.commands.push(line)
        const answer = this.answers(line)
        if (answer !== undefined) socket.write(answer, 'latin1')
      }
      for (const waiting of this.#waiting.splice(0)) waiting()
    })
  }
}
