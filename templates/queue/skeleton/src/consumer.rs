//! Works through the messages of both queues, one by one.
//!
//! A message may come twice, and a crash may come at any time. So nothing is assumed of
//! a delivery: the ledger alone knows what was done.

use worker::{
    Message, MessageBatch, MessageExt, QueueContentType, QueueRetryOptionsBuilder, RawMessage,
    RawMessageBuilder, Result, console_error, console_log,
};

use crate::bindings::{Bindings, Source};
use crate::job::Job;
use crate::ledger::Claim;
use crate::verdict::{Outcome, Verdict};

/// Gives every message of a batch its verdict. Each one is iterated twice, raw and read,
/// so that a message that holds no job has a verdict too, and stops none of the others.
pub async fn consume(batch: &MessageBatch<Job>, bindings: &Bindings) {
    let source = bindings.source(&batch.queue());
    for (message, job) in batch.raw_iter().zip(batch.iter()) {
        let job = job.map(Message::into_body);
        let outcome = match (source, job) {
            (Source::Jobs, Ok(job)) => attempt(job, message.id(), bindings).await,
            (Source::Jobs, Err(_)) => Ok(Outcome::Unreadable),
            (Source::DeadLetters, Ok(job)) => bury(job, bindings).await,
            (Source::DeadLetters, Err(cause)) => Ok(bury_unread(&message, &cause)),
            (Source::Unknown, _) => Err("no queue in [vars] has this batch's name".into()),
        };
        let outcome = outcome.unwrap_or_else(|cause| {
            console_error!("message {}: {cause}", message.id());
            Outcome::Unknown
        });
        apply(bindings.policy.decide(outcome), &message, bindings).await;
    }
}

/// Claims a job for a message, and does it.
async fn attempt(job: Job, message: String, bindings: &Bindings) -> Result<Outcome> {
    let Bindings { ledger, policy, .. } = bindings;
    let key = job.key.clone();
    let outcome = match ledger.claim(job, message.clone()).await? {
        Claim::Finished => Outcome::Settled,
        Claim::HeldByAnother => Outcome::HeldByAnother,
        Claim::Granted { attempts } => {
            // Work outside the ledger goes before `fulfil`. A crash between the two makes
            // it happen twice, so hand the key on to whoever does the work.
            let is_allowed = policy.allows(attempts);
            if is_allowed && ledger.fulfil(key.clone(), message).await? {
                Outcome::Settled
            } else {
                Outcome::Refused { attempts }
            }
        }
    };
    console_log!("job {key}: {outcome:?}");
    Ok(outcome)
}

/// Records a job that was given up, in the ledger and in the log.
async fn bury(job: Job, bindings: &Bindings) -> Result<Outcome> {
    console_error!("dead letter: job {} has failed", job.key);
    bindings.ledger.bury(job).await?;
    Ok(Outcome::Settled)
}

/// Records a dead letter that holds no job. The log is all that remembers it.
fn bury_unread(message: &RawMessage, cause: &worker::Error) -> Outcome {
    console_error!("dead letter: {cause}, but {:?}", message.body());
    Outcome::Settled
}

/// Tells the queue what becomes of a message.
async fn apply(verdict: Verdict, message: &RawMessage, bindings: &Bindings) {
    match verdict {
        Verdict::Acknowledge => message.ack(),
        Verdict::Retry { seconds } => {
            let options = QueueRetryOptionsBuilder::new().with_delay_seconds(seconds);
            message.retry_with_options(&options.build());
        }
        Verdict::GiveUp => match send_dead_letter(message, bindings).await {
            Ok(()) => message.ack(),
            Err(cause) => {
                console_error!("message {}: {cause}", message.id());
                message.retry();
            }
        },
    }
}

/// Sends a message on as it is. V8's format carries any body, also one that is no job.
async fn send_dead_letter(message: &RawMessage, bindings: &Bindings) -> Result<()> {
    let letter = RawMessageBuilder::new(message.body());
    let letter = letter.build_with_content_type(QueueContentType::V8);
    bindings.dead_letters.send_raw(letter).await
}
