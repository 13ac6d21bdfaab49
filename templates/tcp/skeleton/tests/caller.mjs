// Another worker, which is bound to the tested one and opens a TCP connection to it: it sends the
// body of a request, and returns what comes back.

export default {
  async fetch(request, { WHOIS }) {
    const socket = WHOIS.connect("whois:43");
    const writer = socket.writable.getWriter();
    await writer.write(new Uint8Array(await request.arrayBuffer()));
    return new Response(socket.readable);
  },
};
