use worker::*;

pub fn answer(delivery: &Delivery) {
    delivery.ack();
    delivery.retry();
}
