//! Rate limits per client address, account, user and API key.
//!
//! They are counted in the memory of this replica by the generic cell rate algorithm: first as many attempts as the
//! burst, then as many as the rate. With N replicas a client has up to N times as many attempts, which is still too few
//! to guess a password.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use metrics::counter;
use uuid::Uuid;

use crate::{
    config::RateArgs,
    domain::{Actor, email},
};

/// Requests at once, as a multiple of those in a second.
const BURST: u32 = 5;

/// All rate limits, and their usage.
pub struct Throttle {
    addresses: DefaultKeyedRateLimiter<Option<IpAddr>>,
    accounts: DefaultKeyedRateLimiter<String>,
    links: DefaultKeyedRateLimiter<String>,
    /// `None` with `--dev`, because everybody is an admin there.
    callers: Option<DefaultKeyedRateLimiter<Caller>>,
    /// Addresses whose refusals were recorded in the last minute.
    noted_addresses: DefaultKeyedRateLimiter<Option<IpAddr>>,
    noted_accounts: DefaultKeyedRateLimiter<String>,
    /// Limits the warning about a page over plain http to one a minute.
    noted_insecure_page: DefaultDirectRateLimiter,
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Throttle").finish_non_exhaustive()
    }
}

/// Caller whose requests are counted together. Sessions do not count separately, because signing in again would double
/// the limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// A user, in all sessions.
    User(Uuid),
    /// Refusal of an attempt or a request.
    Key(Uuid),
    /// An address without either.
    Address(Option<IpAddr>),
}

impl Caller {
    pub(crate) fn of(actor: &Actor) -> Self {
        let known = actor.user_id.map(Self::User).or(actor.key_id.map(Self::Key));
        known.unwrap_or_else(|| Self::Address(actor.address.map(network)))
    }
}

/// Too much of something.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    of_what: &'static str,
    wait: Duration,
}

impl Refused {
    /// Returns the message for the client. There is no `Display`, as for the API's errors.
    pub fn message(self) -> String {
        let seconds = self.retry_after_seconds();
        format!("Too many {} in too short a time. Try again in {seconds} s.", self.of_what)
    }

    /// Returns the seconds after which another attempt will be answered, for the header `Retry-After`.
    pub fn retry_after_seconds(self) -> u64 {
        self.wait.as_secs() + 1
    }
}

impl Throttle {
    /// Starts with nothing counted.
    pub fn new(rates: &RateArgs, is_dev: bool) -> Self {
        let number = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let burst = number(rates.requests_per_second.saturating_mul(BURST));
        let requests = Quota::per_second(number(rates.requests_per_second)).allow_burst(burst);
        Self {
            addresses: RateLimiter::keyed(Quota::per_minute(number(rates.attempts_per_minute))),
            accounts: RateLimiter::keyed(Quota::per_minute(number(rates.account_attempts_per_minute))),
            links: RateLimiter::keyed(Quota::per_hour(number(rates.links_per_hour))),
            callers: (!is_dev).then(|| RateLimiter::keyed(requests)),
            noted_addresses: RateLimiter::keyed(Quota::per_minute(NonZeroU32::MIN)),
            noted_accounts: RateLimiter::keyed(Quota::per_minute(NonZeroU32::MIN)),
            noted_insecure_page: RateLimiter::direct(Quota::per_minute(NonZeroU32::MIN)),
        }
    }

    /// Counts an attempt to sign in to an account.
    pub fn sign_in(&self, address: Option<IpAddr>, account: &str) -> Result<(), Refused> {
        self.attempt(address)?;
        counted("account", check(&self.accounts, &key(account)))
    }

    /// Returns true once a minute for an address and for an account, when a refused sign-in is to be recorded. Neither
    /// one address nor many can fill the audit record.
    pub fn is_news(&self, address: Option<IpAddr>, account: &str) -> bool {
        let is_first = check(&self.noted_addresses, &address.map(network)).is_ok();
        is_first && check(&self.noted_accounts, &key(account)).is_ok()
    }

    /// Returns true once a minute, when a sign-in that the browser will not keep is to be logged.
    pub fn is_insecure_page_news(&self) -> bool {
        self.noted_insecure_page.check().is_ok()
    }

    /// Counts a request for a link by mail.
    pub fn link(&self, address: Option<IpAddr>, account: &str) -> Result<(), Refused> {
        self.attempt(address)?;
        counted("links", check(&self.links, &key(account)))
    }

    /// Counts an attempt to authenticate by any means.
    pub fn attempt(&self, address: Option<IpAddr>) -> Result<(), Refused> {
        counted("attempts", check(&self.addresses, &address.map(network)))
    }

    /// Counts a request.
    pub fn request(&self, actor: &Actor) -> Result<(), Refused> {
        let Some(callers) = &self.callers else { return Ok(()) };
        let checked = counted("requests", check(callers, &Caller::of(actor)));
        checked.map_err(|refused| Refused { of_what: "requests", ..refused })
    }

    /// Forgets callers that have not tried for a while.
    pub fn tidy(&self) {
        self.addresses.retain_recent();
        self.accounts.retain_recent();
        self.links.retain_recent();
        if let Some(callers) = &self.callers {
            callers.retain_recent();
        }
        self.noted_addresses.retain_recent();
        self.noted_accounts.retain_recent();
    }
}

/// Counts a refusal by the name of its limit.
fn counted(limit: &'static str, checked: Result<(), Refused>) -> Result<(), Refused> {
    checked.inspect_err(|_refused| counter!("liaison_rate_limited_total", "limit" => limit).increment(1))
}

fn check<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Refused> {
    let now = DefaultClock::default().now();
    limiter.check_key(key).map_err(|refused| Refused { of_what: "tries", wait: refused.wait_time_from(now) })
}

/// Normalizes an account as the look-up does, so that two spellings of one account share a limit.
fn key(account: &str) -> String {
    email::lower(&email::from_input(account))
}

/// Returns the network that counts as one client: for IPv6 the first 56 bits, as providers assign them to homes.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 72 << 72)),
        address @ IpAddr::V4(_) => address,
    }
}
