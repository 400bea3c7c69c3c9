/**
 * The script of the queue display. In the JavaScript of 2009 (ECMAScript 5), which the browsers of old television sets know, and with
 * nothing but text put into the page. Asks every three seconds; says so when it could not for half a minute, and what it shows is not to be trusted.
 */
export const DISPLAY_SCRIPT = `(function () {
  'use strict';
  var bangla = document.documentElement.lang === 'bn';
  var words = bangla
    ? { called: 'ডাকা হচ্ছে', calledToo: 'Now calling', inside: 'ভেতরে আছেন', insideToo: 'With the doctor', next: 'এরপর', nextToo: 'Next', room: 'কক্ষ', late: 'মিনিট দেরি', from: 'শুরু', lost: 'যোগাযোগ নেই: এই তথ্য পুরোনো হতে পারে', over: 'এই লিংক আর কাজ করে না', none: 'আজ কোনো ডাক্তার বসছেন না',
        PLANNED: 'এখনো শুরু হয়নি', OPEN: 'রোগী আসছেন', RUNNING: 'চলছে', PAUSED: 'বিরতি', CLOSED: 'শেষ', CANCELLED: 'আজ বসবেন না' }
    : { called: 'Now calling', calledToo: 'ডাকা হচ্ছে', inside: 'With the doctor', insideToo: 'ভেতরে আছেন', next: 'Next', nextToo: 'এরপর', room: 'Room', late: 'minutes late', from: 'from', lost: 'No connection: this may be out of date', over: 'This link does not work any more', none: 'No doctor sees patients today',
        PLANNED: 'Not begun', OPEN: 'Patients may come', RUNNING: 'Running', PAUSED: 'Break', CLOSED: 'Over', CANCELLED: 'Cancelled today' };
  var digits = function (value) {
    return bangla ? String(value).replace(/[0-9]/g, function (digit) { return '০১২৩৪৫৬৭৮৯'.charAt(+digit); }) : String(value);
  };
  var clock = function (time) {
    var hours = +time.slice(11, 13);
    return digits((hours % 12 || 12) + ':' + time.slice(14, 16)) + (bangla ? '' : hours < 12 ? ' am' : ' pm');
  };
  var add = function (parent, name, text, className) {
    var element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    parent.appendChild(element);
    return element;
  };
  var numbersOf = function (parent, className, label, labelToo, numbers) {
    var place = add(parent, 'div', undefined, className);
    add(place, 'div', label + ' · ' + labelToo, 'label');
    add(place, 'div', numbers.length ? numbers.map(digits).join(' ') : '–', 'number');
  };
  var showSession = function (parent, session) {
    var place = add(parent, 'section');
    var doctor = session.doctor;
    add(place, 'h2', (bangla && doctor.nameBn) || doctor.nameEn);
    var line = add(place, 'div', words[session.status] + ' · ' + clock(session.startsAt) + '–' + clock(session.endsAt) + (session.room ? ' · ' + words.room + ' ' + digits(session.room) : ''), 'status');
    if (!isDue(session)) return;
    if (session.delayMinutes) add(line, 'span', ' · ' + digits(session.delayMinutes) + ' ' + words.late, 'late');
    var now = add(place, 'div', undefined, 'numbers');
    numbersOf(now, 'called', words.called, words.calledToo, session.called);
    numbersOf(now, 'inside', words.inside, words.insideToo, session.inConsultation);
    if (!session.next.length) return;
    add(place, 'div', words.next + ' · ' + words.nextToo, 'label');
    var list = add(place, 'ol');
    session.next.forEach(function (one) {
      var item = add(list, 'li');
      add(item, 'b', digits(one.number));
      add(item, 'span', clock(one.from) + '–' + clock(one.until));
    });
  };
  var notice = document.getElementById('notice');
  var tell = function (text) {
    notice.hidden = !text;
    notice.textContent = text || '';
  };
  var shown = '';
  var turn = 0;
  var pages = 1;
  var ON_A_PAGE = 4;
  var isDue = function (session) { return session.status !== 'CLOSED' && session.status !== 'CANCELLED'; };
  var show = function (text, again) {
    if (text === shown && !again) return;
    var state = JSON.parse(text);
    var sessions = document.getElementById('sessions');
    // Those that are over come last; what has no room is shown in turns.
    var all = state.sessions.filter(isDue).concat(state.sessions.filter(function (session) { return !isDue(session); }));
    pages = Math.max(1, Math.ceil(all.length / ON_A_PAGE));
    var here = all.slice((turn % pages) * ON_A_PAGE, (turn % pages + 1) * ON_A_PAGE);
    document.getElementById('chamber').textContent = state.chamber;
    document.getElementById('day').textContent = digits(state.date.split('-').reverse().join('/'));
    sessions.textContent = '';
    sessions.className = 'of' + here.length;
    if (!here.length) add(sessions, 'div', words.none).id = 'empty';
    here.forEach(function (session) { showSession(sessions, session); });
    shown = text;
  };
  setInterval(function () {
    turn++;
    if (pages > 1 && shown) show(shown, true);
  }, 10000);
  var heard = Date.now();
  var opened = Date.now();
  var ask = function () {
    var request = new XMLHttpRequest();
    request.open('GET', location.pathname.replace(/[/]+$/, '') + '/state');
    request.timeout = 10000;
    request.onloadend = function () {
      if (request.status === 200) {
        heard = Date.now();
        show(request.responseText);
        tell('');
        // A server that was renewed may have another page.
        if (heard - opened > 21600000) location.reload();
      } else if (request.status === 404) {
        shown = '';
        document.getElementById('sessions').textContent = '';
        tell(words.over);
      } else if (Date.now() - heard > 30000) tell(words.lost);
      setTimeout(ask, 3000);
    };
    request.send();
  };
  ask();
})();`;
