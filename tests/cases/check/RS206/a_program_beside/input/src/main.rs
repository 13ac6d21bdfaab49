fn main() {
    println!("{:?}", notes::read());
}
