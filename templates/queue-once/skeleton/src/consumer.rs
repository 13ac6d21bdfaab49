//! Consumes the messages of both queues, one by one.
//!
//! A message can be delivered twice, and a crash can happen at any time. So a delivery says
//! nothing about what was done: only the ledger knows that.

use worker::{
    Message, MessageBatch, MessageExt, QueueContentType, QueueRetryOptionsBuilder, RawMessage,
    RawMessageBuilder, Result, console_error, console_log,
};

use crate::bindings::{Bindings, Source};
use crate::job::Job;
use crate::ledger::Claim;
use crate::verdict::{Outcome, Verdict};

/// Handles every message of a batch. The batch is iterated both raw and parsed, so that a
/// message without a valid job gets a verdict, too, and does not stop the others.
pub async fn consume(batch: &MessageBatch<Job>, bindings: &Bindings) {
    let source = bindings.source(&batch.queue());
    for (message, job) in batch.raw_iter().zip(batch.iter()) {
        let job = job.map(Message::into_body);
        let outcome = match (source, job) {
            (Source::Jobs, Ok(job)) => attempt(job, message.id(), bindings).await,
            (Source::Jobs, Err(_)) => Ok(Outcome::Unreadable),
            (Source::DeadLetters, Ok(job)) => dead_letter(job, bindings).await,
            (Source::DeadLetters, Err(cause)) => Ok(unreadable_dead_letter(&message, &cause)),
            (Source::Unknown, _) => Err("no queue in [vars] has this batch's name".into()),
        };
        let outcome = outcome.unwrap_or_else(|cause| {
            console_error!("message {}: {cause}", message.id());
            Outcome::Unknown
        });
        apply(bindings.policy.decide(outcome), &message, bindings).await;
    }
}

/// Claims a job for a message, and runs it.
async fn attempt(job: Job, message: String, bindings: &Bindings) -> Result<Outcome> {
    let Bindings { ledger, policy, .. } = bindings;
    let key = job.key.clone();
    let outcome = match ledger.claim(job, message.clone()).await? {
        Claim::Finished => Outcome::Settled,
        Claim::HeldByAnother => Outcome::HeldByAnother,
        Claim::Granted { attempts } => {
            // Put work outside the ledger before `fulfil`. A crash between the two makes it
            // happen twice, so pass the key on as an idempotency key.
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

/// Records a dead letter in the ledger and in the log: a job that was given up.
async fn dead_letter(job: Job, bindings: &Bindings) -> Result<Outcome> {
    console_error!("dead letter: job {} has failed", job.key);
    bindings.ledger.dead_letter(job).await?;
    Ok(Outcome::Settled)
}

/// Logs a dead letter without a valid job, which is not recorded anywhere else.
fn unreadable_dead_letter(message: &RawMessage, cause: &worker::Error) -> Outcome {
    console_error!("dead letter: {cause}, but {:?}", message.body());
    Outcome::Settled
}

/// Carries out the verdict on a message.
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

/// Forwards a message unchanged. V8's format carries any body, even one that is not a job.
async fn send_dead_letter(message: &RawMessage, bindings: &Bindings) -> Result<()> {
    let letter = RawMessageBuilder::new(message.body());
    let letter = letter.build_with_content_type(QueueContentType::V8);
    bindings.dead_letters.send_raw(letter).await
}
