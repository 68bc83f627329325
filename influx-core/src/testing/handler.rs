//! What the embedded server does with a request: the paths of its version, scripts before them, records after.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::answer::Outgoing;
use super::request::{Incoming, Target};
use super::script::{Chosen, Manner};
use super::state::{Config, State};
use super::version::Family;
use super::write::write;
use super::{admin, v1, v3};

/// How many requests are kept in counting mode: a load of tens of millions makes very many.
const KEPT: usize = 1_000;

/// What connections and the server's owner share.
pub(super) struct Shared {
    pub(super) config: Config,
    state: Mutex<State>,
}

impl Shared {
    pub(super) fn new(config: Config, state: State) -> Self {
        Self { config, state: Mutex::new(state) }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn family(&self) -> Family {
        self.config.version.family
    }

    /// What a script wants of a request whose head is read.
    pub(super) fn chosen(&self, request: &Incoming) -> Chosen {
        self.state().scripts.by_head(&request.target())
    }

    /// Records a request that gets no answer.
    pub(super) fn unanswered(&self, request: Incoming) {
        let target = request.target();
        self.record(&mut self.state(), request, target, 0);
    }

    /// Answers one request, unless that is done already, and records it.
    pub(super) fn answer(
        &self,
        mut request: Incoming,
        chosen: Chosen,
        refused: Option<Outgoing>,
    ) -> (Outgoing, Manner) {
        let mut state = self.state();
        let target = request.target();
        let script = match chosen {
            Chosen::Now(script) => script,
            Chosen::WithBody => {
                let limit = state.max_body;
                state.scripts.by_body(&target, &request, limit)
            }
        };
        let (reply, stored, manner) = match script {
            Some(script) => (script.reply.clone(), script.stored, script.manner.clone()),
            None => (None, false, Manner::default()),
        };
        if manner.damaged && request.header("content-encoding").is_some() {
            let middle = request.body.len() / 2;
            request.body.iter_mut().skip(middle).take(1).for_each(|byte| *byte ^= 1);
        }
        let answer = match reply {
            Some(reply) if !stored => reply,
            reply => {
                let usual = refused.unwrap_or_else(|| usual(&self.config, &mut state, &request, &target));
                reply.unwrap_or(usual)
            }
        };
        let status = if manner.is_silent() { 0 } else { answer.status };
        self.record(&mut state, request, target, status);
        (answer, manner)
    }

    fn record(&self, state: &mut State, request: Incoming, target: Target, status: u16) {
        state.answered += 1;
        if self.config.counting && state.requests.len() >= KEPT {
            state.requests.pop_front();
        }
        state.requests.push_back(request.recorded(target, status, !self.config.counting));
    }
}

/// What the server does and says without a script.
fn usual(config: &Config, state: &mut State, request: &Incoming, target: &Target) -> Outgoing {
    let (version, family) = (&config.version, config.version.family);
    let methods = match target.path.as_str() {
        "/write" => "POST",
        "/api/v2/write" if version.has_v2 => "POST",
        "/api/v2/signin" | "/api/v2/signout" if family == Family::V2 => "POST",
        "/ping" | "/health" | "/ready" => "GET, HEAD",
        "/query" if family == Family::V1 => "GET, POST",
        "/api/v3/write_lp" if family == Family::V3 => "POST",
        path => match family {
            Family::V2 => admin::methods(path),
            Family::V3 => v3::methods(path),
            Family::V1 => "",
        },
    };
    if methods.is_empty() {
        return Outgoing::not_found(family);
    }
    if !methods.split(", ").any(|method| method == request.method) {
        return Outgoing::not_allowed(family, methods);
    }
    let answer = match target.path.as_str() {
        "/ping" => Ok(version.ping(target.query("verbose") == Some("true"))),
        "/health" => Ok(version.health()),
        "/ready" => Ok(version.ready()),
        "/api/v2/signin" => Ok(state.doors.sign_in(version, request, target)),
        "/api/v2/signout" => Ok(state.doors.sign_out(version, request)),
        "/write" | "/api/v2/write" | "/api/v3/write_lp" => write(config, state, request, target),
        "/query" => v1::query(config, state, request, target),
        _ if family == Family::V3 => v3::configure(config, state, request, target),
        _ => admin::answer(config, state, request, target),
    };
    answer.unwrap_or_else(|refusal| refusal)
}
