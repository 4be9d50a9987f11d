/*
 * The peer of interoperability trials, for a second microcontroller with Espruino: its TCP is its vendor's. The same file runs in
 * Espruino's Linux build and, with the net of host/bench/shim.ts, in Node.
 *
 * It keeps to what Espruino has: no destructuring, spread, default parameters, generators or labels; functions before their use;
 * strings of bytes. Nothing is printed during a trial: whoever drives it asks with poll().
 *
 *   FskPeer.start("id", trial)   begins; one trial at a time, a new one ends the one before
 *   FskPeer.poll("id", from)     what there is of it: {id, done, error, total, results: the next ones from number `from`}
 *   FskPeer.stop()               closes what is open
 *
 * A result is a list: [what, milliseconds, detail].
 *   connect  {host, port, count, gapMs, limitMs}   ["connected" | "refused" | "timeout", ms]
 *   echo     {host, port, bytes, limitMs}          ["same", ms, bytes] | ["differs", ms, first byte that does] | ["short", ms, bytes]
 *   get      {host, port, path, limitMs}           ["body", ms, a piece of it], ... ["end", ms, bytes]
 *   listen   {port}                                ["accepted", ms, 0], ["closed", ms, bytes that were echoed]
 *   vanish   {host, port}                          ["connected", ms], then no FIN and no RST: the board starts anew
 */
var FskPeer = (function () {
  var net = require("net");
  /** Results of one poll: a UART is slow, and a string long. */
  var MOST_RESULTS = 8;
  var CHUNK = 256;
  var PIECE = 200;
  var job = { id: "", trial: {}, done: true, error: "", results: [], begun: 0 };
  var socket = null;
  var server = null;

  function ms(from) {
    return Math.round((getTime() - from) * 1000000) / 1000;
  }

  function tell(mine, what, time, detail) {
    if (mine === job) mine.results.push(detail === undefined ? [what, time] : [what, time, detail]);
  }

  function finish(mine, error) {
    if (mine.done) return;
    mine.done = true;
    mine.error = error || "";
  }

  function stop() {
    job.done = true;
    if (socket) {
      try { socket.end(); } catch (e) { /* it is closed */ }
    }
    if (server) {
      try { server.close(); } catch (e) { /* it is closed */ }
    }
    socket = null;
    server = null;
  }

  /* Opens a connection; exactly one of the two is called. Espruino throws where a connection is refused. */
  function open(trial, opened, failed) {
    var from = getTime(), isOver = false, mine = job, limit;
    function fail(what) {
      if (isOver) return;
      isOver = true;
      if (limit) clearTimeout(limit);
      failed(what, ms(from));
    }
    limit = setTimeout(function () {
      limit = undefined;
      fail("timeout");
    }, trial.limitMs || 10000);
    try {
      socket = net.connect({ host: trial.host, port: trial.port }, function (it) {
        if (isOver || mine !== job) return;
        isOver = true;
        clearTimeout(limit);
        opened(it || socket, ms(from));
      });
      socket.on("error", function () { fail("refused"); });
      socket.on("close", function () { fail("refused"); });
    } catch (e) {
      fail("refused");
    }
  }

  function connectAgain(mine, left) {
    function next() {
      if (mine !== job) return;
      if (left <= 1) finish(mine);
      else setTimeout(function () { connectAgain(mine, left - 1); }, mine.trial.gapMs || 0);
    }
    open(mine.trial, function (it, time) {
      tell(mine, "connected", time);
      it.on("close", next);
      it.end();
    }, function (what, time) {
      tell(mine, what, time);
      next();
    });
  }

  /* The byte at a place: no two neighbours, and no two chunks, are the same. */
  function byteAt(at) {
    return (at * 7 + (at >> 8) * 13 + 1) & 255;
  }

  function patternAt(at, length) {
    var text = "", i;
    for (i = 0; i < length; i++) text += String.fromCharCode(byteAt(at + i));
    return text;
  }

  function echo(mine) {
    var all = mine.trial.bytes, sent = 0, got = 0;
    open(mine.trial, function (it) {
      function send() {
        var length = Math.min(CHUNK, all - sent), text = patternAt(sent, length);
        sent += length;
        it.write(text);
      }
      function over(what, detail) {
        tell(mine, what, ms(mine.begun), detail);
        finish(mine);
        it.end();
      }
      it.on("data", function (text) {
        var i;
        if (mine.done) return;
        for (i = 0; i < text.length; i++) {
          if (text.charCodeAt(i) !== byteAt(got + i)) return over("differs", got + i);
        }
        got += text.length;
        if (got > sent) over("differs", sent);
        else if (got === all) over("same", got);
        else if (got === sent) send();
      });
      it.on("close", function () { if (!mine.done) over("short", got); });
      send();
    }, function (what, time) {
      tell(mine, what, time);
      finish(mine);
    });
  }

  function get(mine) {
    var bytes = 0;
    open(mine.trial, function (it) {
      it.on("data", function (text) {
        var i;
        bytes += text.length;
        for (i = 0; i < text.length; i += PIECE) tell(mine, "body", ms(mine.begun), text.substr(i, PIECE));
      });
      it.on("close", function () {
        tell(mine, "end", ms(mine.begun), bytes);
        finish(mine);
      });
      it.write("GET " + mine.trial.path + " HTTP/1.0\r\nHost: " + mine.trial.host + "\r\n\r\n");
    }, function (what, time) {
      tell(mine, what, time);
      finish(mine);
    });
  }

  function listen(mine) {
    server = net.createServer(function (it) {
      var bytes = 0;
      tell(mine, "accepted", ms(mine.begun), 0);
      it.on("data", function (text) {
        bytes += text.length;
        it.write(text);
      });
      it.on("close", function () { tell(mine, "closed", ms(mine.begun), bytes); });
    });
    server.listen(mine.trial.port);
  }

  /* Half-open: only a board that starts anew says nothing more to anybody. */
  function vanish(mine) {
    open(mine.trial, function (it, time) {
      tell(mine, "connected", time);
      finish(mine);
      if (typeof FskVanish === "function") FskVanish(it);
      else if (typeof ESP32 !== "undefined") setTimeout(function () { ESP32.reboot(); }, 1000);
      else mine.error = "this board cannot vanish";
    }, function (what, time) {
      tell(mine, what, time);
      finish(mine);
    });
  }

  function start(id, trial) {
    var mine;
    stop();
    mine = job = { id: id, trial: trial, done: false, error: "", results: [], begun: getTime() };
    try {
      if (trial.kind === "connect") connectAgain(mine, trial.count);
      else if (trial.kind === "echo") echo(mine);
      else if (trial.kind === "get") get(mine);
      else if (trial.kind === "listen") listen(mine);
      else if (trial.kind === "vanish") vanish(mine);
      else finish(mine, "no such trial: " + trial.kind);
    } catch (e) {
      finish(mine, String(e));
    }
    return id;
  }

  function poll(id, from) {
    if (id !== job.id) return { id: job.id, done: true, error: "this trial is not known", total: 0, results: [] };
    return {
      id: id,
      done: job.done,
      error: job.error,
      total: job.results.length,
      results: job.results.slice(from, from + MOST_RESULTS)
    };
  }

  return { start: start, poll: poll, stop: stop, version: 1 };
})();
