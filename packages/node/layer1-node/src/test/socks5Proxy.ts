import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net'

/** A SOCKS5 proxy that leads wherever a test wants. */
export class Socks5Proxy {
  /** `host:port` of each target that it was asked for. */
  readonly asked: string[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(route: (target: string) => string | undefined) {
    this.#server = createServer((socket) => {
      this.#keep(socket)
      void this.#serve(socket, route).catch(() => socket.destroy())
    })
  }

  /** `route` gives the `host:port` to lead to, or undefined to refuse. */
  static async start(route: (target: string) => string | undefined): Promise<Socks5Proxy> {
    const proxy = new Socks5Proxy(route)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }

  async #serve(socket: Socket, route: (target: string) => string | undefined): Promise<void> {
    const methods = (await read(socket, 2))[1]!
    const offered = await read(socket, methods)
    const withPassword = offered.includes(2)
    socket.write(Uint8Array.of(5, withPassword ? 2 : 0))
    if (withPassword) {
      await read(socket, (await read(socket, 2))[1]!)
      await read(socket, (await read(socket, 1))[0]!)
      socket.write(Uint8Array.of(1, 0))
    }
    const request = await read(socket, 5)
    const host = await read(socket, request[4]!)
    const port = await read(socket, 2)
    const target = `${host.toString('latin1')}:${port.readUInt16BE()}`
    this.asked.push(target)
    const to = route(target)?.split(':')
    if (!to) {
      socket.end(Uint8Array.of(5, 4, 0, 1, 0, 0, 0, 0, 0, 0))
      return
    }
    const onward = createConnection({ host: to[0]!, port: Number(to[1]) })
    this.#keep(onward)
    onward.on('connect', () => {
      socket.write(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
      socket.pipe(onward).pipe(socket)
    })
    socket.on('close', () => onward.destroy())
    onward.on('close', () => socket.destroy())
  }
}

/** The next `length` bytes. */
function read(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const take = (): void => {
      const bytes = socket.read(length) as Buffer | null
      if (!bytes) return
      socket.off('readable', take).off('close', fail)
      resolve(bytes)
    }
    const fail = (): void => reject(new Error('closed'))
    socket.on('readable', take).on('close', fail)
    take()
  })
}
