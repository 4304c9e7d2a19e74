//! One submission of eCat's.

use ecat::SeenOrder;
use ledger::{Holder, LedgerError};
use order_model::versions::{Standing, Version};
use order_model::{EcatId, EcatOrg, ErpKey, OrderKey, OrderState, Origin, Submission};

use crate::CheckSetup;
use crate::ecat_side::Seen;
use crate::order::{EcatNames, Here, OrderSeen};

/// How a submission stands here.
struct Stands {
    /// The order where the submissions of its uuid meet.
    order: Option<OrderState>,
    /// This submission among them.
    version: Option<Version>,
    /// The order of its own.
    own: Option<OrderState>,
    /// Its key at the ERP.
    key: ErpKey,
    /// Whose its number is, if it is another submission's.
    taken_by: Option<Holder>,
    /// Why it waits for a person.
    why: Option<String>,
}

impl CheckSetup {
    /// What is found out about one submission.
    pub(crate) async fn ecat_order(&self, id: EcatId, seen: Seen) -> OrderSeen {
        let mut found = OrderSeen {
            ecat_id: Some(id.0),
            ..OrderSeen::default()
        };
        match (seen, &self.config.ecat) {
            (Ok(seen), Some(ecat)) => self.submission(&mut found, &ecat.org, &seen).await,
            (Ok(_), None) => {}
            (Err(says), _) => found.says = says,
        }
        found
    }

    async fn submission(&self, found: &mut OrderSeen, org: &EcatOrg, seen: &SeenOrder) {
        let submission = &seen.submission;
        let name = OrderKey::ecat(org, &submission.uuid);
        let mut names = EcatNames::of(submission, &name);
        let (mut sent, mut state) = (true, None);
        let (key, revises) = match self.stands(org, &name, submission).await {
            Ok(stands) => {
                found.says = says(&stands, submission);
                names.standing = stands.version.as_ref().map(|version| version.standing.as_str());
                found.here = stands.order.as_ref().map(Here::of);
                found.own = stands.own.as_ref().map(Here::of);
                sent = stands.may_be_sent();
                let revises = stands.revises();
                let key = stands.key.clone();
                state = stands.published_as();
                (key, revises)
            }
            Err(error) => {
                found.says = format!("its state here could not be read: {error}");
                (ErpKey::ecat(org, &submission.number), None)
            }
        };
        found.ecat = Some(names);
        found.key = Some(key.to_string());
        let mut read = self.read(found, Origin::Ecat, &key, &seen.raw).await;
        if let Some(order) = &mut read {
            order.revision_of = revises;
            self.would_import(found, order);
        }
        if sent {
            self.add_acknowledging(found, state.as_ref(), read.as_ref()).await;
            self.add_publishing(found, state.as_ref(), read).await;
        } else {
            found.would_send.clear();
        }
    }

    async fn stands(
        &self,
        org: &EcatOrg,
        name: &OrderKey,
        submission: &Submission,
    ) -> Result<Stands, LedgerError> {
        let ledger = &self.kit.ledger;
        let order = ledger.order(name).await?;
        let mut versions = order.iter().flat_map(|order| &order.versions);
        let version = versions.find(|version| version.id == submission.id).cloned();
        let plain = ErpKey::ecat(org, &submission.number);
        let ours = |holder: &Holder| holder.order == *name && holder.id == submission.id;
        let taken_by = ledger.holder(&plain).await?.filter(|holder| !ours(holder));
        let key = match (&version, &taken_by) {
            (Some(version), _) => version.key.clone(),
            (None, Some(_)) => ErpKey::ecat_colliding(org, submission),
            (None, None) => plain,
        };
        let own = ledger.order(&OrderKey::from(&key)).await?;
        let note = ledger.version_hold(name, submission.id).await?;
        let waits = |order: &OrderState, version: &Version| match version.standing {
            Standing::Held => true,
            Standing::Current => order.is_stopped(),
            _ => false,
        };
        let both = order.as_ref().zip(version.as_ref());
        let note = note.filter(|_| both.is_some_and(|(order, version)| waits(order, version)));
        Ok(Stands {
            why: note.map(|note| format!("{}: {}", note.code, note.text)),
            order,
            version,
            own,
            key,
            taken_by,
        })
    }
}

impl Stands {
    /// Whether anything of it was sent, or ever may be.
    fn may_be_sent(&self) -> bool {
        let gone = |version: &Version| matches!(version.standing, Standing::Superseded | Standing::Decided);
        self.own.is_some() || !self.version.as_ref().is_some_and(gone)
    }

    /// The order whose steps are this submission's, if it has come so far.
    fn published_as(self) -> Option<OrderState> {
        let is_current = self
            .version
            .is_some_and(|version| version.standing == Standing::Current);
        self.own.or(self.order.filter(|_| is_current))
    }

    /// The key of the order that it revises, because a person decided so.
    fn revises(&self) -> Option<ErpKey> {
        let is_current = |version: &Version| version.standing == Standing::Current;
        let order = self
            .order
            .as_ref()
            .filter(|_| self.version.as_ref().is_some_and(is_current));
        self.own.as_ref().or(order)?.revision_of.clone()
    }
}

/// Where a submission stands, in words.
fn says(stands: &Stands, submission: &Submission) -> String {
    let mut says = match (&stands.version, &stands.order, &stands.own) {
        (Some(version), Some(order), _) => means(version.standing, order.is_stopped()).to_owned(),
        (_, _, Some(_)) => {
            "it has an order of its own here, because there were too many submissions".to_owned()
        }
        (_, Some(_), None) => format!(
            "it is not here, and others of its order are: {} compares it with them",
            takes_in(submission)
        ),
        (_, None, None) => format!("it is not here: {} takes it in", takes_in(submission)),
    };
    if let Some(why) = &stands.why {
        says += &format!(" ({why})");
    }
    if let (Some(holder), None) = (&stands.taken_by, &stands.version) {
        says += &format!(
            "; its number is that of submission {} of {} already, so it would be held as number_collision",
            holder.id, holder.order
        );
    }
    says
}

fn takes_in(submission: &Submission) -> String {
    format!(
        "the next pull, or ecat-pull-orders {{\"ecat_id\": {}}} if it is marked as received,",
        submission.id
    )
}

fn means(standing: Standing, stopped: bool) -> &'static str {
    match standing {
        Standing::Current if stopped => {
            "it is the current submission of its order, and is not imported before a person decides"
        }
        Standing::Current => "it is the current submission of its order: the order's steps are its steps",
        Standing::Superseded => {
            "a newer submission of its order took its place before it was sent, so it is not imported"
        }
        Standing::Waiting => "it is not imported while a newer submission of its order waits for a person",
        Standing::Held => "it waits for a person, beside the current submission of its order",
        Standing::Leaving => {
            "a person decided that it becomes an order of its own, and that is not finished: decide so again"
        }
        Standing::Decided => "a person decided about it: it was discarded, or is an order of its own",
    }
}

#[cfg(test)]
mod tests {
    use order_model::{EcatOrderNumber, EcatUuid, Millis, Pace, RawRef};

    use super::*;

    const UUID: &str = "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";

    fn submission() -> Submission {
        Submission {
            number: EcatOrderNumber::new("7120-1").unwrap(),
            uuid: EcatUuid::new(UUID).unwrap(),
            id: EcatId(7),
        }
    }

    fn unknown() -> Stands {
        Stands {
            order: None,
            version: None,
            own: None,
            key: ErpKey::new("EC-DEMO-7120-1").unwrap(),
            taken_by: None,
            why: None,
        }
    }

    fn known(standing: Standing) -> Stands {
        let raw = RawRef {
            hash: "00".repeat(16),
            chunks: 1,
        };
        let name = OrderKey::ecat(&EcatOrg::new("demo").unwrap(), &submission().uuid);
        let version = Version {
            id: EcatId(7),
            key: ErpKey::new("EC-DEMO-7120-1").unwrap(),
            key_taken: false,
            raw: raw.clone(),
            standing,
        };
        let pace = Pace {
            grace: std::time::Duration::ZERO,
            skew: std::time::Duration::ZERO,
        };
        let mut order = OrderState::taken(name, raw, Millis(1), pace);
        order.versions.push(version.clone());
        order.revision_of = ErpKey::new("EC-DEMO-7120").ok();
        Stands {
            order: Some(order),
            version: Some(version),
            ..unknown()
        }
    }

    #[test]
    fn what_is_not_here_is_taken_in_by_a_pull() {
        let text = says(&unknown(), &submission());
        assert!(text.contains("ecat-pull-orders {\"ecat_id\": 7}"), "{text}");
        let taken = Stands {
            taken_by: Some(Holder {
                order: OrderKey::new("EC-DEMO-1E5C7A90-0B3D-4F0E-9A1C-6D8B2F4E7710").unwrap(),
                id: EcatId(5),
            }),
            ..unknown()
        };
        let text = says(&taken, &submission());
        assert!(
            text.contains("submission 5 of EC-DEMO-1E5C7A90") && text.contains("number_collision"),
            "{text}"
        );
    }

    #[test]
    fn why_it_waits_stands_behind_where_it_stands() {
        let held = Stands {
            why: Some("ecat_after_import: lines were added".to_owned()),
            ..known(Standing::Held)
        };
        let text = says(&held, &submission());
        assert!(
            text.ends_with("submission of its order (ecat_after_import: lines were added)"),
            "{text}"
        );
    }

    #[test]
    fn what_is_superseded_or_discarded_is_never_sent() {
        assert!(unknown().may_be_sent());
        assert!(known(Standing::Held).may_be_sent());
        assert!(!known(Standing::Superseded).may_be_sent());
        assert!(!known(Standing::Decided).may_be_sent());
        let own = known(Standing::Decided);
        let own = Stands {
            own: own.order.clone(),
            ..own
        };
        assert!(own.may_be_sent());
    }

    #[test]
    fn only_the_current_submission_revises_what_its_order_revises() {
        assert_eq!(
            known(Standing::Current).revises(),
            ErpKey::new("EC-DEMO-7120").ok()
        );
        assert_eq!(known(Standing::Held).revises(), None);
        assert_eq!(unknown().revises(), None);
    }
}
